"""Words patients and caregivers can use, from this patient's own plan."""
