/** The kernel: serves Envoy, plans chains, calls workers, answers. */
@NullMarked
package io.policyengine.kernel;

import org.jspecify.annotations.NullMarked;
