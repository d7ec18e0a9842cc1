/** Tests. */
@NullMarked
package io.policyengine.policies.canary;

import org.jspecify.annotations.NullMarked;
