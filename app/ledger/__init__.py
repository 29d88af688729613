"""The double-entry core: points are neither made nor lost, and an auditor can check it alone."""
