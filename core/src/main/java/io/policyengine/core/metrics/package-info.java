/** Names of all meters. */
@NullMarked
package io.policyengine.core.metrics;

import org.jspecify.annotations.NullMarked;
