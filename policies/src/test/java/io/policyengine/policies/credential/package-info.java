/** Tests. */
@NullMarked
package io.policyengine.policies.credential;

import org.jspecify.annotations.NullMarked;
