/** Messages that Envoy's filters leave as typed metadata, and whose fields are known here. */
@NullMarked
package io.policyengine.core.envoy;

import org.jspecify.annotations.NullMarked;
