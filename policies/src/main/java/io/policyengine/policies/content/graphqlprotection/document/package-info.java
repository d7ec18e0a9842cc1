/** GraphQL documents: read under limits, and measured with their fragments put in place, without putting them there. */
@NullMarked
package io.policyengine.policies.content.graphqlprotection.document;

import org.jspecify.annotations.NullMarked;
