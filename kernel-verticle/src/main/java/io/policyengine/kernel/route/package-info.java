/** Maps route names to the route policies of a configuration. */
@NullMarked
package io.policyengine.kernel.route;

import org.jspecify.annotations.NullMarked;
