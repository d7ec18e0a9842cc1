/** Tests. */
@NullMarked
package io.policyengine.policies.format.replace;

import org.jspecify.annotations.NullMarked;
