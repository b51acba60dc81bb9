/**
 * The HTTP API as types, from the server's OpenAPI document: node scripts/openapi.mjs
 *
 * Not written by hand; test/packages/client/api.test.ts compares it with the server.
 */
export interface paths {
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the process answers */
        get: operations["health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/livez": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the process answers */
        get: operations["live"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Metrics in the text format of Prometheus */
        get: operations["metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document */
        get: operations["openapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether every collection answers */
        get: operations["ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/aliases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All aliases, each with the collection that it means */
        get: operations["listAliases"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/aliases/{alias}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Gives a collection a second name, or lets it mean another one, between two requests */
        put: operations["setAlias"];
        post?: never;
        /** Takes an alias away; the collection stays */
        delete: operations["removeAlias"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/collections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All collections */
        get: operations["listCollections"];
        put?: never;
        /** Makes a collection; its model is attune-base-en unless it is given */
        post: operations["createCollection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/collections/{collection}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One collection, by its name or an alias */
        get: operations["getCollection"];
        put?: never;
        post?: never;
        /** Drops a collection with its documents, releases and decisions; events stay */
        delete: operations["dropCollection"];
        options?: never;
        head?: never;
        /** Changes when and from what it learns, and the golden set that candidates must pass */
        patch: operations["configureCollection"];
        trace?: never;
    };
    "/v1/collections/{collection}/decisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the gate said of candidates, the newest first */
        get: operations["listDecisions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/collections/{collection}/decisions/{decision}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One decision, with every number that it rests on */
        get: operations["getDecision"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/collections/{collection}/documents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Documents in the order of their ids */
        get: operations["listDocuments"];
        put?: never;
        /**
         * Writes, patches and deletes many documents, one a line
         * @description Answers a line for each that is not blank, in order, once all are durable. A bad line is answered with its error and the rest is written. At most 64 MiB, 100,000 lines, 1 MiB a line.
         */
        post: operations["writeDocuments"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/collections/{collection}/documents/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One document */
        get: operations["getDocument"];
        /** Writes a document whole */
        put: operations["putDocument"];
        post?: never;
        /** Deletes a document */
        delete: operations["deleteDocument"];
        options?: never;
        head?: never;
        /** Changes the fields and attributes that are named */
        patch: operations["patchDocument"];
        trace?: never;
    };
    "/v1/collections/{collection}/promote": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Puts another model in service, and answers when searches are answered by it
         * @description The index of the model is built beside the one in service; then both are replaced in one step. That takes as long as the documents need to be embedded. It goes on when the connection breaks: the list of releases says whether it is done.
         */
        post: operations["promote"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/collections/{collection}/releases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All that was ever in service, the newest first */
        get: operations["listReleases"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/collections/{collection}/rollback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Goes back to what was in service before
         * @description At once while that is still held; after a restart its index may have to be read again.
         */
        post: operations["rollBack"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/collections/{collection}/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Finds documents by texts, by vectors, or by both */
        post: operations["search"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/collections/{collection}/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** When and from what a collection learns, and the golden set that candidates must pass */
        get: operations["getCollectionSettings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/datasets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All datasets */
        get: operations["listDatasets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/datasets/{dataset}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One dataset: its files, and the verdict of its last validation */
        get: operations["getDataset"];
        put?: never;
        post?: never;
        /** Removes a dataset with its files, unless something uses it */
        delete: operations["removeDataset"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/datasets/{dataset}/files/{file}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Uploads a file of a dataset, which is made by its first one; a file of the same name is replaced
         * @description The media type is not looked at: the ending of the name says what the file is. Packed files (.gz) are sent as they are, without Content-Encoding. The file counts once it is whole: a broken upload changes nothing. The verdict of a validation before it is void.
         */
        put: operations["uploadDatasetFile"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/datasets/{dataset}/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the last validation found; 404 when the files changed since */
        get: operations["getDatasetReport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/datasets/{dataset}/validate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Starts a job that checks the dataset; its place is in Location */
        post: operations["validateDataset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/embeddings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Vectors of texts, in the shape of OpenAI’s API */
        post: operations["createEmbeddings"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Keeps events in UBI’s shape: one, an array, or one a line; all or none */
        post: operations["recordEvents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Jobs, the newest first */
        get: operations["listJobs"];
        put?: never;
        /** Starts a job, or puts it behind those that wait; its place is in Location */
        post: operations["startJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{job}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One job: its state, how far it is, and what came of it */
        get: operations["getJob"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{job}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancels a job, and answers when it has ended: within seconds */
        post: operations["cancelJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{job}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A job as server-sent events, each its whole state, until it has ended
         * @description Events are called `job`; `data` is the job as JSON. With Last-Event-ID the present state is left out when it is the one that was seen last; 204 says that nothing more will come. A comment comes when nothing else does. The stream also ends when the server is being shut down: connect again after `retry` milliseconds.
         */
        get: operations["watchJob"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All keys, revoked and expired ones too, without their secrets */
        get: operations["listKeys"];
        put?: never;
        /** Makes a key and shows its secret, this once; the first key closes the server to who has none */
        post: operations["createKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Ends a key, for ever and at once; it stays in the list */
        delete: operations["revokeKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All models */
        get: operations["listModels"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{model}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One model; of a collection or alias, the one in service */
        get: operations["getModel"];
        put?: never;
        post?: never;
        /** Removes a model, unless a release or a job uses it */
        delete: operations["removeModel"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * AttributeValue
         * @description A list stands for each of its texts.
         */
        AttributeValue: string | number | boolean | string[];
        /** Document */
        Document: {
            /** @description What filters and score modifiers ask for. */
            attributes: {
                [key: string]: components["schemas"]["AttributeValue"];
            };
            /** @description Texts, by field. */
            fields: {
                [key: string]: string;
            };
            /**
             * @description The caller’s own id, without control characters.
             * @example 4711
             */
            id: string;
        };
        /**
         * DocumentWrite
         * @description Without `op` it is an upsert.
         * @example {
         *       "id": "1",
         *       "fields": {
         *         "title": "desk lamp"
         *       }
         *     }
         */
        DocumentWrite: {
            /** @description What filters and score modifiers ask for. What is null is left out. */
            attributes?: {
                [key: string]: components["schemas"]["AttributeValue"] | null;
            };
            /** @description Texts, by field. The model says which it reads. What is null is left out. */
            fields: {
                [key: string]: string | null;
            };
            /**
             * @description The caller’s own id, without control characters.
             * @example 4711
             */
            id: string;
            /** @enum {string} */
            op?: "upsert";
        } | {
            /** @description Values to set; null takes one away; what is not named stays. */
            attributes?: {
                [key: string]: components["schemas"]["AttributeValue"] | null;
            };
            /** @description Texts to set; null takes a field away; what is not named stays. */
            fields?: {
                [key: string]: string | null;
            };
            /**
             * @description The caller’s own id, without control characters.
             * @example 4711
             */
            id: string;
            /** @enum {string} */
            op: "patch";
        } | {
            /**
             * @description The caller’s own id, without control characters.
             * @example 4711
             */
            id: string;
            /** @enum {string} */
            op: "delete";
        };
        /**
         * Filter
         * @description Which documents may answer: at most 16 levels and 1,024 conditions, where each value of `in` counts as a condition.
         */
        Filter: {
            equals: string | number | boolean;
            field: string;
        } | {
            field: string;
            in: (string | number | boolean)[];
        } | {
            above?: number;
            atLeast?: number;
            atMost?: number;
            below?: number;
            field: string;
        } | {
            above?: string;
            atLeast?: string;
            atMost?: string;
            below?: string;
            field: string;
        } | {
            and: components["schemas"]["Filter"][];
        } | {
            or: components["schemas"]["Filter"][];
        } | {
            not: components["schemas"]["Filter"];
        };
        /**
         * OpenAiError
         * @description The error object of OpenAI’s API.
         */
        OpenAiError: {
            error: {
                code: string;
                message: string;
                param: string | null;
                type: string;
            };
        };
        /**
         * Problem
         * @description RFC 9457.
         */
        Problem: {
            /**
             * @description Never changes its meaning.
             * @example NOT_FOUND
             */
            code: string;
            /** @description What was expected, what came instead, and what to do about it. */
            detail: string;
            errors?: {
                detail: string;
                /** @description JSON pointer to the place. */
                pointer: string;
            }[];
            /** @description Also in x-request-id, and in the log. */
            request_id: string;
            /** @example 404 */
            status: number;
            /** @example Not Found */
            title: string;
            /** @example urn:attune:error:NOT_FOUND */
            type: string;
        };
        /**
         * SearchQuery
         * @description A text, a vector, or a weighted list of them. Of a list, the vectors of its parts are added up by their weights, each of unit length, and the words of its texts count by their weights.
         * @example [
         *       {
         *         "text": "desk lamp"
         *       },
         *       {
         *         "text": "black",
         *         "weight": -0.5
         *       }
         *     ]
         */
        SearchQuery: {
            text: string;
        } | {
            /** @description From the model in service: numbers, or base64 of little-endian float32. */
            vector: number[] | string;
        } | ({
            text: string;
            /** @description At least 0.001, or at most -0.001, which leads away from the part. 1 unless it is given. */
            weight?: number;
        } | {
            /** @description From the model in service: numbers, or base64 of little-endian float32. */
            vector: number[] | string;
            /** @description At least 0.001, or at most -0.001, which leads away from the part. 1 unless it is given. */
            weight?: number;
        })[];
        /**
         * UbiEvent
         * @example {
         *       "action_name": "click",
         *       "query_id": "0190b5c1-7f6e-7aaa-8000-000000000000",
         *       "event_attributes": {
         *         "object": {
         *           "object_id": "4711"
         *         },
         *         "position": {
         *           "ordinal": 1
         *         }
         *       }
         *     }
         */
        UbiEvent: {
            /** @example click */
            action_name: string;
            /** @description The collection; needed when `query_id` is of no search of this server. */
            application?: string | null;
            /** @description The person or browser. */
            client_id?: string | null;
            event_attributes?: {
                object?: {
                    /** @description Id of the document. */
                    object_id?: string | number | null;
                } | null;
                position?: {
                    /** @description Rank at which it was shown, from 1. */
                    ordinal?: number | null;
                } | null;
            } | null;
            /** @description `query_id` of the search that it follows from. */
            query_id?: string | null;
            /** @description The visit. */
            session_id?: string | null;
            /** @description ISO 8601, or a number since 1970: seconds, milliseconds, microseconds or nanoseconds, told by its size. The time of receipt where it is missing. */
            timestamp?: string | number | null;
            user_query?: string | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "ok";
                    };
                };
            };
        };
    };
    live: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "ok";
                    };
                };
            };
        };
    };
    metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
        };
    };
    openapi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
        };
    };
    ready: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        ready: boolean;
                        /** @description `full`: the disk is; reads go on. `failed`: writing ended after an error of the disk; reads go on. */
                        store: "ok" | "full" | "failed";
                        /** @description Collections whose index is being opened or built. */
                        waiting: string[];
                    };
                };
            };
        };
    };
    listAliases: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            alias: string;
                            collection: string;
                        }[];
                    };
                };
            };
        };
    };
    setAlias: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                 * @example icons
                 */
                alias: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "collection": "icons"
                 *     }
                 */
                "application/json": {
                    /**
                     * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                     * @example icons
                     */
                    collection: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        alias: string;
                        collection: string;
                    };
                };
            };
        };
    };
    removeAlias: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                 * @example icons
                 */
                alias: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listCollections: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** @description Name of its model. */
                            bundle: string;
                            /** @description Milliseconds since 1970. */
                            createdAt: number;
                            /** @description Numbers in a vector. */
                            dim: number;
                            /** @description Documents kept. */
                            documents: number;
                            /** @description Of the model: weights, tokeniser and preprocessing. */
                            fingerprint: string;
                            /** @description Documents that searches see; below `documents` while writes are being indexed. */
                            indexed: number;
                            name: string;
                            /** @description False while its index is being opened or built. */
                            ready: boolean;
                            /** @description Number of the release in service. */
                            release: number;
                            /** @description Those of them that have no text: no search finds them. */
                            withoutText: number;
                        }[];
                    };
                };
            };
        };
    };
    createCollection: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "icons"
                 *     }
                 */
                "application/json": {
                    /**
                     * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                     * @example icons
                     */
                    bundle?: string;
                    /** @description How words count: settings of the search by words. */
                    lexical?: {
                        [key: string]: unknown;
                    };
                    /**
                     * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                     * @example icons
                     */
                    name: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Name of its model. */
                        bundle: string;
                        /** @description Milliseconds since 1970. */
                        createdAt: number;
                        /** @description Numbers in a vector. */
                        dim: number;
                        /** @description Documents kept. */
                        documents: number;
                        /** @description Of the model: weights, tokeniser and preprocessing. */
                        fingerprint: string;
                        /** @description Documents that searches see; below `documents` while writes are being indexed. */
                        indexed: number;
                        name: string;
                        /** @description False while its index is being opened or built. */
                        ready: boolean;
                        /** @description Number of the release in service. */
                        release: number;
                        /** @description Those of them that have no text: no search finds them. */
                        withoutText: number;
                    };
                };
            };
        };
    };
    getCollection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                 * @example icons
                 */
                collection: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Name of its model. */
                        bundle: string;
                        /** @description Milliseconds since 1970. */
                        createdAt: number;
                        /** @description Numbers in a vector. */
                        dim: number;
                        /** @description Documents kept. */
                        documents: number;
                        /** @description Of the model: weights, tokeniser and preprocessing. */
                        fingerprint: string;
                        /** @description Documents that searches see; below `documents` while writes are being indexed. */
                        indexed: number;
                        name: string;
                        /** @description False while its index is being opened or built. */
                        ready: boolean;
                        /** @description Number of the release in service. */
                        release: number;
                        /** @description Those of them that have no text: no search finds them. */
                        withoutText: number;
                    };
                };
            };
        };
    };
    dropCollection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                 * @example icons
                 */
                collection: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    configureCollection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                 * @example icons
                 */
                collection: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "learning": {
                 *         "schedule": "0 3 * * *",
                 *         "promotion": "byHand"
                 *       }
                 *     }
                 */
                "application/json": {
                    golden?: {
                        /**
                         * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                         * @example icons
                         */
                        dataset: string;
                        slice: string;
                    } | null;
                    learning?: {
                        /** @description By action name; what is not named counts for nothing. */
                        actionWeights?: {
                            [key: string]: number;
                        };
                        /** @description Learned from beside the events. */
                        datasets?: string[];
                        /** @description Starts a cycle once events judge this many queries that were not judged before; null: never. */
                        everyJudgedQueries?: number | null;
                        promotion?: "automatic" | "byHand";
                        /** @description A cron expression (UTC), or null. */
                        schedule?: string | null;
                    };
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Milliseconds since 1970. */
                        createdAt: number;
                        golden: {
                            /**
                             * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                             * @example icons
                             */
                            dataset: string;
                            slice: string;
                        } | null;
                        learning: {
                            /** @description By action name; what is not named counts for nothing. */
                            actionWeights: {
                                [key: string]: number;
                            };
                            /** @description Learned from beside the events. */
                            datasets: string[];
                            /** @description Starts a cycle once events judge this many queries that were not judged before; null: never. */
                            everyJudgedQueries: number | null;
                            promotion: "automatic" | "byHand";
                            /** @description A cron expression (UTC), or null. */
                            schedule: string | null;
                        };
                        release: number;
                    };
                };
            };
        };
    };
    listDecisions: {
        parameters: {
            query?: {
                cursor?: string;
                /** @description 100 unless it is given. */
                limit?: number;
            };
            header?: never;
            path: {
                /**
                 * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                 * @example icons
                 */
                collection: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** @description Name of the model. */
                            candidate: string;
                            /** @description Milliseconds since 1970. */
                            createdAt: number;
                            id: string;
                            /** @description The cycle that came to it. */
                            job: string;
                            /** @description The gate’s checks, with every number that they rest on. */
                            report: unknown;
                            verdict: "promote" | "refuse" | "no decision";
                        }[];
                        /** @description Give it as `cursor` for what comes next; null at the end. */
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    getDecision: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                 * @example icons
                 */
                collection: string;
                decision: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Name of the model. */
                        candidate: string;
                        /** @description Milliseconds since 1970. */
                        createdAt: number;
                        id: string;
                        /** @description The cycle that came to it. */
                        job: string;
                        /** @description The gate’s checks, with every number that they rest on. */
                        report: unknown;
                        verdict: "promote" | "refuse" | "no decision";
                    };
                };
            };
        };
    };
    listDocuments: {
        parameters: {
            query?: {
                cursor?: string;
                /** @description 100 unless it is given. */
                limit?: number;
            };
            header?: never;
            path: {
                /**
                 * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                 * @example icons
                 */
                collection: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: (components["schemas"]["Document"] & {
                            /** @description Of its last write among all writes of the collection. */
                            sequence: number;
                        })[];
                        /** @description Give it as `cursor` for what comes next; null at the end. */
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    writeDocuments: {
        parameters: {
            query?: {
                /** @description Answers only when searches see what was written. */
                refresh?: "wait";
            };
            header?: never;
            path: {
                /**
                 * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                 * @example icons
                 */
                collection: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-ndjson": components["schemas"]["DocumentWrite"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": {
                        id: string;
                        sequence: number;
                        status: "created" | "updated" | "deleted" | "notFound";
                    } | {
                        error: {
                            code: string;
                            detail: string;
                        };
                        /** @description From 1. */
                        line: number;
                    };
                };
            };
        };
    };
    getDocument: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                 * @example icons
                 */
                collection: string;
                /**
                 * @description The caller’s own id, without control characters.
                 * @example 4711
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Document"] & {
                        /** @description Of its last write among all writes of the collection. */
                        sequence: number;
                    };
                };
            };
        };
    };
    putDocument: {
        parameters: {
            query?: {
                /** @description Answers only when searches see what was written. */
                refresh?: "wait";
            };
            header?: never;
            path: {
                /**
                 * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                 * @example icons
                 */
                collection: string;
                /**
                 * @description The caller’s own id, without control characters.
                 * @example 4711
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "fields": {
                 *         "title": "desk lamp"
                 *       },
                 *       "attributes": {
                 *         "price": 19.5
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @description What filters and score modifiers ask for. What is null is left out. */
                    attributes?: {
                        [key: string]: components["schemas"]["AttributeValue"] | null;
                    };
                    /** @description Texts, by field. The model says which it reads. What is null is left out. */
                    fields: {
                        [key: string]: string | null;
                    };
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        sequence: number;
                        status: "created" | "updated" | "deleted" | "notFound";
                    };
                };
            };
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        sequence: number;
                        status: "created" | "updated" | "deleted" | "notFound";
                    };
                };
            };
        };
    };
    deleteDocument: {
        parameters: {
            query?: {
                /** @description Answers only when searches see what was written. */
                refresh?: "wait";
            };
            header?: never;
            path: {
                /**
                 * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                 * @example icons
                 */
                collection: string;
                /**
                 * @description The caller’s own id, without control characters.
                 * @example 4711
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        sequence: number;
                        status: "created" | "updated" | "deleted" | "notFound";
                    };
                };
            };
        };
    };
    patchDocument: {
        parameters: {
            query?: {
                /** @description Answers only when searches see what was written. */
                refresh?: "wait";
            };
            header?: never;
            path: {
                /**
                 * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                 * @example icons
                 */
                collection: string;
                /**
                 * @description The caller’s own id, without control characters.
                 * @example 4711
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "attributes": {
                 *         "price": 17
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @description Values to set; null takes one away; what is not named stays. */
                    attributes?: {
                        [key: string]: components["schemas"]["AttributeValue"] | null;
                    };
                    /** @description Texts to set; null takes a field away; what is not named stays. */
                    fields?: {
                        [key: string]: string | null;
                    };
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        sequence: number;
                        status: "created" | "updated" | "deleted" | "notFound";
                    };
                };
            };
        };
    };
    promote: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                 * @example icons
                 */
                collection: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "model": "icons-tuned"
                 *     }
                 */
                "application/json": {
                    /**
                     * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                     * @example icons
                     */
                    model: string;
                };
            };
        };
        responses: {
            /** @description Model, preprocessing and the way words count, in service as one. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Name of its model. */
                        bundle: string;
                        /** @description Milliseconds since 1970. */
                        createdAt: number;
                        /** @description Of the model: weights, tokeniser and preprocessing. */
                        fingerprint: string;
                        /** @description How words count. */
                        lexical: unknown;
                        /** @description Counts from 1 within its collection. */
                        number: number;
                        /** @description The decision that promoted it, or the number of the release that was gone back to. */
                        of: string | null;
                        /** @description Why it is there. */
                        reason: "first" | "gate" | "hand" | "rollback";
                    };
                };
            };
        };
    };
    listReleases: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                 * @example icons
                 */
                collection: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** @description Name of its model. */
                            bundle: string;
                            /** @description Milliseconds since 1970. */
                            createdAt: number;
                            /** @description Of the model: weights, tokeniser and preprocessing. */
                            fingerprint: string;
                            /** @description How words count. */
                            lexical: unknown;
                            /** @description Counts from 1 within its collection. */
                            number: number;
                            /** @description The decision that promoted it, or the number of the release that was gone back to. */
                            of: string | null;
                            /** @description Why it is there. */
                            reason: "first" | "gate" | "hand" | "rollback";
                            /** @description Whether it answers searches now. */
                            serving: boolean;
                        }[];
                    };
                };
            };
        };
    };
    rollBack: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                 * @example icons
                 */
                collection: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Model, preprocessing and the way words count, in service as one. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Name of its model. */
                        bundle: string;
                        /** @description Milliseconds since 1970. */
                        createdAt: number;
                        /** @description Of the model: weights, tokeniser and preprocessing. */
                        fingerprint: string;
                        /** @description How words count. */
                        lexical: unknown;
                        /** @description Counts from 1 within its collection. */
                        number: number;
                        /** @description The decision that promoted it, or the number of the release that was gone back to. */
                        of: string | null;
                        /** @description Why it is there. */
                        reason: "first" | "gate" | "hand" | "rollback";
                    };
                };
            };
        };
    };
    search: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                 * @example icons
                 */
                collection: string;
            };
            cookie?: never;
        };
        /** @description For `text`, for `vector`, or for what `query` says. With a text beside it, the vector is searched by vectors and the text by words. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "text": "desk lamp",
                 *       "limit": 5,
                 *       "filter": {
                 *         "field": "price",
                 *         "atMost": 20
                 *       }
                 *     }
                 */
                "application/json": {
                    filter?: components["schemas"]["Filter"];
                    /** @description 10 unless it is given. */
                    limit?: number;
                    /** @description By vectors, by words, or both fused. Both unless it is given, and by vectors where there is no text. */
                    mode?: "vector" | "lexical" | "hybrid";
                    /** @description Lets numbers of the documents change their scores. */
                    modifiers?: {
                        add?: {
                            field: string;
                            /** @description Takes ln(1 + value) for the value. */
                            log?: boolean;
                            weight?: number;
                        }[];
                        multiplyBy?: {
                            field: string;
                            /** @description Takes ln(1 + value) for the value. */
                            log?: boolean;
                            weight?: number;
                        }[];
                    };
                    offset?: number;
                    query?: components["schemas"]["SearchQuery"];
                    /** @description Keeps the query and what was shown, so that events may cite it. True unless it is given. */
                    record?: boolean;
                    text?: string;
                    /** @description From the model in service: numbers, or base64 of little-endian float32. */
                    vector?: number[] | string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Of the model: weights, tokeniser and preprocessing. */
                        fingerprint: string;
                        hits: (components["schemas"]["Document"] & {
                            /** @description Higher is better. */
                            score: number;
                        })[];
                        /** @description Give it as `offset` for the next page; null at the end. */
                        next_offset: number | null;
                        /** @description Cited by events. */
                        query_id: string;
                        /** @description Model, preprocessing and index that answered. */
                        release: number;
                    };
                };
            };
        };
    };
    getCollectionSettings: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                 * @example icons
                 */
                collection: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Milliseconds since 1970. */
                        createdAt: number;
                        golden: {
                            /**
                             * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                             * @example icons
                             */
                            dataset: string;
                            slice: string;
                        } | null;
                        learning: {
                            /** @description By action name; what is not named counts for nothing. */
                            actionWeights: {
                                [key: string]: number;
                            };
                            /** @description Learned from beside the events. */
                            datasets: string[];
                            /** @description Starts a cycle once events judge this many queries that were not judged before; null: never. */
                            everyJudgedQueries: number | null;
                            promotion: "automatic" | "byHand";
                            /** @description A cron expression (UTC), or null. */
                            schedule: string | null;
                        };
                        release: number;
                    };
                };
            };
        };
    };
    listDatasets: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** @description Milliseconds since 1970. */
                            createdAt: number;
                            files: {
                                bytes: number;
                                name: string;
                                /** @description In hex. */
                                sha256: string;
                            }[];
                            name: string;
                            /** @description Of the last validation; null when the files changed since. */
                            verdict: "pass" | "warn" | "fail" | null;
                        }[];
                    };
                };
            };
        };
    };
    getDataset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                 * @example icons
                 */
                dataset: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Milliseconds since 1970. */
                        createdAt: number;
                        files: {
                            bytes: number;
                            name: string;
                            /** @description In hex. */
                            sha256: string;
                        }[];
                        name: string;
                        /** @description Of the last validation; null when the files changed since. */
                        verdict: "pass" | "warn" | "fail" | null;
                    };
                };
            };
        };
    };
    removeDataset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                 * @example icons
                 */
                dataset: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    uploadDatasetFile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                 * @example icons
                 */
                dataset: string;
                /**
                 * @description Ends in .jsonl, .ndjson, .csv, .tsv, .qrels, .ignore or .txt, each with .gz or without; or is dataset.json.
                 * @example queries.jsonl
                 */
                file: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
                "application/x-ndjson": string;
                "text/csv": string;
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Milliseconds since 1970. */
                        createdAt: number;
                        files: {
                            bytes: number;
                            name: string;
                            /** @description In hex. */
                            sha256: string;
                        }[];
                        name: string;
                        /** @description Of the last validation; null when the files changed since. */
                        verdict: "pass" | "warn" | "fail" | null;
                    };
                };
            };
        };
    };
    getDatasetReport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                 * @example icons
                 */
                dataset: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What the last validation found. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    validateDataset: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key again is answered the same, and nothing is done twice; where it starts a job, as long as that is kept. */
                "idempotency-key"?: string;
            };
            path: {
                /**
                 * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                 * @example icons
                 */
                dataset: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Starts of it: above 1 after a restart in its middle. */
                        attempts: number;
                        /** @description Milliseconds since 1970. */
                        createdAt: number;
                        error: {
                            code: string;
                            message: string;
                        } | null;
                        finishedAt: number | null;
                        id: string;
                        kind: string;
                        /** @description Of this step. */
                        progress: number;
                        /** @description What was asked. */
                        request: unknown;
                        /** @description By kind; null until it is finished. */
                        result: unknown;
                        startedAt: number | null;
                        state: "waiting" | "running" | "finished" | "failed" | "cancelled";
                        /**
                         * @description What it is doing, in words.
                         * @example training
                         */
                        step: string;
                    };
                };
            };
        };
    };
    createEmbeddings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "model": "attune-base-en",
                 *       "input": [
                 *         "desk lamp",
                 *         "standing lamp"
                 *       ]
                 *     }
                 */
                "application/json": {
                    /** @description Refused unless it is the model’s own number. */
                    dimensions?: number;
                    encoding_format?: "float" | "base64";
                    /** @description A text, texts, the tokens of a text, or those of several. */
                    input: string | string[] | number[] | number[][];
                    /**
                     * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                     * @example icons
                     */
                    model: string;
                    /** @description Which side of a search the texts are on; document unless it is given. */
                    role?: "query" | "document";
                    user?: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            embedding: number[] | string;
                            index: number;
                            /** @enum {string} */
                            object: "embedding";
                        }[];
                        model: string;
                        /** @enum {string} */
                        object: "list";
                        usage: {
                            prompt_tokens: number;
                            total_tokens: number;
                        };
                    };
                };
            };
        };
    };
    recordEvents: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key again is answered the same, and nothing is done twice; where it starts a job, as long as that is kept. */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UbiEvent"] | components["schemas"]["UbiEvent"][];
                "application/x-ndjson": components["schemas"]["UbiEvent"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Events kept. */
                        count: number;
                    };
                };
            };
        };
    };
    listJobs: {
        parameters: {
            query?: {
                cursor?: string;
                kind?: "train" | "evaluate" | "cycle" | "validate";
                /** @description 100 unless it is given. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** @description Starts of it: above 1 after a restart in its middle. */
                            attempts: number;
                            /** @description Milliseconds since 1970. */
                            createdAt: number;
                            error: {
                                code: string;
                                message: string;
                            } | null;
                            finishedAt: number | null;
                            id: string;
                            kind: string;
                            /** @description Of this step. */
                            progress: number;
                            /** @description What was asked. */
                            request: unknown;
                            /** @description By kind; null until it is finished. */
                            result: unknown;
                            startedAt: number | null;
                            state: "waiting" | "running" | "finished" | "failed" | "cancelled";
                            /**
                             * @description What it is doing, in words.
                             * @example training
                             */
                            step: string;
                        }[];
                        /** @description Give it as `cursor` for what comes next; null at the end. */
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    startJob: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key again is answered the same, and nothing is done twice; where it starts a job, as long as that is kept. */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "kind": "train",
                 *       "dataset": "icons",
                 *       "name": "icons-tuned",
                 *       "seed": 1
                 *     }
                 */
                "application/json": {
                    /**
                     * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                     * @example icons
                     */
                    dataset: string;
                    /** @enum {string} */
                    kind: "validate";
                } | {
                    /** @description Learns from a dataset whose validation failed, without the rows that it rejected. */
                    acceptErrors?: boolean;
                    /** @description A registered model, or one that is found by its name. */
                    base?: string;
                    /**
                     * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                     * @example icons
                     */
                    dataset: string;
                    epochs?: number;
                    /** @description Learns from fewer than 100 pairs too. */
                    few?: boolean;
                    /** @enum {string} */
                    kind: "train";
                    /**
                     * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                     * @example icons
                     */
                    name: string;
                    seed?: number;
                    /** @description `static` unless it is given. */
                    tier?: "static" | "adapter";
                } | {
                    /** @description A registered model, or one that is found by its name. */
                    base?: string;
                    /**
                     * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                     * @example icons
                     */
                    collection?: string;
                    /**
                     * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                     * @example icons
                     */
                    dataset: string;
                    /** @enum {string} */
                    kind: "evaluate";
                    /**
                     * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                     * @example icons
                     */
                    model: string;
                } | {
                    /**
                     * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                     * @example icons
                     */
                    collection: string;
                    /** @description Decides, and promotes nothing. */
                    dryRun?: boolean;
                    /** @enum {string} */
                    kind: "cycle";
                    seed?: number;
                };
            };
        };
        responses: {
            /** @description Default Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Starts of it: above 1 after a restart in its middle. */
                        attempts: number;
                        /** @description Milliseconds since 1970. */
                        createdAt: number;
                        error: {
                            code: string;
                            message: string;
                        } | null;
                        finishedAt: number | null;
                        id: string;
                        kind: string;
                        /** @description Of this step. */
                        progress: number;
                        /** @description What was asked. */
                        request: unknown;
                        /** @description By kind; null until it is finished. */
                        result: unknown;
                        startedAt: number | null;
                        state: "waiting" | "running" | "finished" | "failed" | "cancelled";
                        /**
                         * @description What it is doing, in words.
                         * @example training
                         */
                        step: string;
                    };
                };
            };
        };
    };
    getJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Of the job, as its start answered.
                 * @example 20260101-120000-000
                 */
                job: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Starts of it: above 1 after a restart in its middle. */
                        attempts: number;
                        /** @description Milliseconds since 1970. */
                        createdAt: number;
                        error: {
                            code: string;
                            message: string;
                        } | null;
                        finishedAt: number | null;
                        id: string;
                        kind: string;
                        /** @description Of this step. */
                        progress: number;
                        /** @description What was asked. */
                        request: unknown;
                        /** @description By kind; null until it is finished. */
                        result: unknown;
                        startedAt: number | null;
                        state: "waiting" | "running" | "finished" | "failed" | "cancelled";
                        /**
                         * @description What it is doing, in words.
                         * @example training
                         */
                        step: string;
                    };
                };
            };
        };
    };
    cancelJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Of the job, as its start answered.
                 * @example 20260101-120000-000
                 */
                job: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Starts of it: above 1 after a restart in its middle. */
                        attempts: number;
                        /** @description Milliseconds since 1970. */
                        createdAt: number;
                        error: {
                            code: string;
                            message: string;
                        } | null;
                        finishedAt: number | null;
                        id: string;
                        kind: string;
                        /** @description Of this step. */
                        progress: number;
                        /** @description What was asked. */
                        request: unknown;
                        /** @description By kind; null until it is finished. */
                        result: unknown;
                        startedAt: number | null;
                        state: "waiting" | "running" | "finished" | "failed" | "cancelled";
                        /**
                         * @description What it is doing, in words.
                         * @example training
                         */
                        step: string;
                    };
                };
            };
        };
    };
    watchJob: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `id` of the last event that was seen. */
                "last-event-id"?: string;
            };
            path: {
                /**
                 * @description Of the job, as its start answered.
                 * @example 20260101-120000-000
                 */
                job: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description Default Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** @description Milliseconds since 1970. */
                            createdAt: number;
                            expiresAt: number | null;
                            id: string;
                            label: string;
                            revokedAt: number | null;
                            /** @description What it opens; `admin` opens everything. */
                            scopes: ("search" | "write" | "feedback" | "train" | "metrics" | "admin")[];
                        }[];
                    };
                };
            };
        };
    };
    createKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "label": "shop front",
                 *       "scopes": [
                 *         "search",
                 *         "feedback"
                 *       ]
                 *     }
                 */
                "application/json": {
                    expiresAt?: number | null;
                    /** @description What a person calls it. */
                    label: string;
                    /** @description What it opens; `admin` opens everything. */
                    scopes: ("search" | "write" | "feedback" | "train" | "metrics" | "admin")[];
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Milliseconds since 1970. */
                        createdAt: number;
                        expiresAt: number | null;
                        id: string;
                        /** @description The key itself. It is shown here and never again. */
                        key: string;
                        label: string;
                        revokedAt: number | null;
                        /** @description What it opens; `admin` opens everything. */
                        scopes: ("search" | "write" | "feedback" | "train" | "metrics" | "admin")[];
                    };
                };
            };
        };
    };
    revokeKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description As the list of keys shows it. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Everything of a key but its secret. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Milliseconds since 1970. */
                        createdAt: number;
                        expiresAt: number | null;
                        id: string;
                        label: string;
                        revokedAt: number | null;
                        /** @description What it opens; `admin` opens everything. */
                        scopes: ("search" | "write" | "feedback" | "train" | "metrics" | "admin")[];
                    };
                };
            };
        };
    };
    listModels: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** @description The model that it was trained from. */
                            base: string | null;
                            /** @description Seconds since 1970. */
                            created: number;
                            dim: number;
                            fingerprint: string;
                            id: string;
                            /** @description The job that made it. */
                            job: string | null;
                            kind: "static" | "transformer";
                            /** @enum {string} */
                            object: "model";
                            owned_by: string;
                        }[];
                        /** @enum {string} */
                        object: "list";
                    };
                };
            };
        };
    };
    getModel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                 * @example icons
                 */
                model: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The model that it was trained from. */
                        base: string | null;
                        /** @description Seconds since 1970. */
                        created: number;
                        dim: number;
                        fingerprint: string;
                        id: string;
                        /** @description The job that made it. */
                        job: string | null;
                        kind: "static" | "transformer";
                        /** @enum {string} */
                        object: "model";
                        owned_by: string;
                    };
                };
            };
        };
    };
    removeModel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                 * @example icons
                 */
                model: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
}
