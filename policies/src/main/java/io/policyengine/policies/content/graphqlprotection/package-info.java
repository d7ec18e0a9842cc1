/** Policy {@code graphqlProtection}: bounds GraphQL operations before any server runs them. */
@NullMarked
package io.policyengine.policies.content.graphqlprotection;

import org.jspecify.annotations.NullMarked;
