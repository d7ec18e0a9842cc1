/** Policy {@code graphqlProtection}: bounds GraphQL operations before a server runs them. */
@NullMarked
package io.policyengine.policies.content.graphqlprotection;

import org.jspecify.annotations.NullMarked;
