/** The files for Prometheus that are shipped, as its own tools judge them. */
@NullMarked
package io.policyengine.it.observability;

import org.jspecify.annotations.NullMarked;
