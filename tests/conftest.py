import os
import signal

# Several OpenMP pools share the cores (torch, vLLM, other tests' processes): waiting threads must not spin. It is read
# when torch is first imported, so it has to be said before any test module is.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

# A shell starts what it runs in the background with SIGINT ignored, and that is inherited: the processes that the tests
# start and interrupt would not hear it. A handled signal goes back to its default in them.
signal.signal(signal.SIGINT, signal.default_int_handler)
