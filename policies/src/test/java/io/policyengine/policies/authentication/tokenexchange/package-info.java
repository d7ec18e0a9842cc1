/** Tests. */
@NullMarked
package io.policyengine.policies.authentication.tokenexchange;

import org.jspecify.annotations.NullMarked;
