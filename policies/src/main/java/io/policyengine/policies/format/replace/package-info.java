/** Search and replace in bodies, whole or in chunks, in linear time. */
@NullMarked
package io.policyengine.policies.format.replace;

import org.jspecify.annotations.NullMarked;
