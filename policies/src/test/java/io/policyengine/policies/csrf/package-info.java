/** Tests. */
@NullMarked
package io.policyengine.policies.csrf;

import org.jspecify.annotations.NullMarked;
