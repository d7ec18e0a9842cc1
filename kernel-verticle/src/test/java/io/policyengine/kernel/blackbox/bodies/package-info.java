/** Bodies and trailers in every mode of Envoy, and Envoys that ignore what they are asked for. */
@NullMarked
package io.policyengine.kernel.blackbox.bodies;

import org.jspecify.annotations.NullMarked;
