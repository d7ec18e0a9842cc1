/** Policy {@code roleCheck}: decides by roles what an authenticated client may do. */
@NullMarked
package io.policyengine.policies.access.rolecheck;

import org.jspecify.annotations.NullMarked;
