SELECT count(*) FROM verdicts WHERE position > (SELECT position FROM state)
