/** Policy {@code modelAccess}: allows and denies requests by the models that they name. */
@NullMarked
package io.policyengine.policies.ai.modelaccess;

import org.jspecify.annotations.NullMarked;
