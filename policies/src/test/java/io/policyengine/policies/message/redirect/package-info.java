/** Tests of {@code redirect}. */
@NullMarked
package io.policyengine.policies.message.redirect;

import org.jspecify.annotations.NullMarked;
