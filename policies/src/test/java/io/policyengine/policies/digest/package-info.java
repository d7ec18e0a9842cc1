/** Tests. */
@NullMarked
package io.policyengine.policies.digest;

import org.jspecify.annotations.NullMarked;
