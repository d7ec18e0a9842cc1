/** Policy {@code csrf}: refuses changes that pages of other origins request in a user's name. */
@NullMarked
package io.policyengine.policies.access.csrf;

import org.jspecify.annotations.NullMarked;
