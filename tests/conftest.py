import os

# Several OpenMP pools share the cores (torch, vLLM, other tests' processes): waiting threads must not spin. It is read
# when torch is first imported, so it has to be said before any test module is.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
