/** Policy {@code redirect}: redirects the client to another location. */
@NullMarked
package io.policyengine.policies.message.redirect;

import org.jspecify.annotations.NullMarked;
