@NullMarked
package io.policyengine.kernel.metrics;

import org.jspecify.annotations.NullMarked;
