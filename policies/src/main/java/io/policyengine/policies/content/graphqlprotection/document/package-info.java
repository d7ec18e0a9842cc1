/** Parses GraphQL documents under limits and measures them as if their fragments were expanded. */
@NullMarked
package io.policyengine.policies.content.graphqlprotection.document;

import org.jspecify.annotations.NullMarked;
