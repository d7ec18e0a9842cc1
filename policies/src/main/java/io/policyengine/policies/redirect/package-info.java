/** Policy {@code redirect}: sends the client to another place. */
@NullMarked
package io.policyengine.policies.redirect;

import org.jspecify.annotations.NullMarked;
