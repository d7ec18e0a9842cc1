/** Creates and holds the kernel's meters. Each plan looks its meters up once. */
@NullMarked
package io.policyengine.kernel.metrics;

import org.jspecify.annotations.NullMarked;
