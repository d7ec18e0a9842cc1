/** The protocols of authorization services: how one is asked, and what it answers. */
@NullMarked
package io.policyengine.policies.access.extauthz.protocol;

import org.jspecify.annotations.NullMarked;
