/** Tests. */
@NullMarked
package io.policyengine.policies.basicauth;

import org.jspecify.annotations.NullMarked;
