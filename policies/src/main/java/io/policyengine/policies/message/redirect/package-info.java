/** Policy {@code redirect}: sends the client to another place. */
@NullMarked
package io.policyengine.policies.message.redirect;

import org.jspecify.annotations.NullMarked;
