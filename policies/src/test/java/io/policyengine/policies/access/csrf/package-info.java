/** Tests. */
@NullMarked
package io.policyengine.policies.access.csrf;

import org.jspecify.annotations.NullMarked;
