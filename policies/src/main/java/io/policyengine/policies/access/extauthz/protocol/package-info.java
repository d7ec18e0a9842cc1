/** The protocols of authorization services: their questions and answers. */
@NullMarked
package io.policyengine.policies.access.extauthz.protocol;

import org.jspecify.annotations.NullMarked;
