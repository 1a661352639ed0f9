-- JSON: by which the members were found, while those of another definition are being found.
ALTER TABLE segments ADD COLUMN former TEXT;
