/**
 * Policy {@code corsHeaders}: lets scripts of other origins use a route, by the CORS protocol of the Fetch standard.
 */
@NullMarked
package io.policyengine.policies.access.corsheaders;

import org.jspecify.annotations.NullMarked;
