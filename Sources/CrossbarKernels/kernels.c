#include "CrossbarKernels.h"
