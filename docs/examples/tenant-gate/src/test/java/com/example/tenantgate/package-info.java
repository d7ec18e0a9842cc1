@NullMarked
package com.example.tenantgate;

import org.jspecify.annotations.NullMarked;
