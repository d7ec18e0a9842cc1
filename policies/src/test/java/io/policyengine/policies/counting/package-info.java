/** Tests. */
@NullMarked
package io.policyengine.policies.counting;

import org.jspecify.annotations.NullMarked;
