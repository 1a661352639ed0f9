"""The front: authenticates, validates, journals; passes everything else to the engine."""
