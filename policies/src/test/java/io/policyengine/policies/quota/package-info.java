/** Tests. */
@NullMarked
package io.policyengine.policies.quota;

import org.jspecify.annotations.NullMarked;
