/** The pages of docs/how-to, and the README's first screen: each configuration is checked, and each command runs behind a real Envoy. */
@NullMarked
package io.policyengine.e2e.howto;

import org.jspecify.annotations.NullMarked;
