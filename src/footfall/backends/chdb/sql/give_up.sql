-- End what is asked under that mark. Does not wait for the end, which comes with the next block read.
KILL QUERY WHERE Settings['log_comment'] = {mark:String} ASYNC
