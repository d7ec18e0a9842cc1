/** Tests. */
@NullMarked
package io.policyengine.policies.tokenexchange;

import org.jspecify.annotations.NullMarked;
