/** Tests of {@code redirect}. */
@NullMarked
package io.policyengine.policies.redirect;

import org.jspecify.annotations.NullMarked;
