"""The benchmark: what this machine gets out of Footfall, beside references of the same run."""
