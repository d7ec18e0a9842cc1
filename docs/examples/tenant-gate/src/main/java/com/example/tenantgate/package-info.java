/** Policy {@code tenantGate}: lets known tenants pass. */
@NullMarked
package com.example.tenantgate;

import org.jspecify.annotations.NullMarked;
