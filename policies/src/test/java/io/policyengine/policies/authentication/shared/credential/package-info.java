/** Tests. */
@NullMarked
package io.policyengine.policies.authentication.shared.credential;

import org.jspecify.annotations.NullMarked;
