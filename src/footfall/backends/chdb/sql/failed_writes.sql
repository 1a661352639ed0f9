-- Since the process began; no row before the first.
SELECT value FROM system.events WHERE event = 'WriteBufferFromFileDescriptorWriteFailed'
