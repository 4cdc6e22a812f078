# createProduct (create)
curl -sS --fail-with-body -X POST "http://127.0.0.1:8000/api/v1/products" -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '{"name":"Night Train","price":"12.50","category":"book","description":"Arrived in good order and works as described.","inStock":true}'
# listProducts (list)
curl -sS --fail-with-body "http://127.0.0.1:8000/api/v1/products?limit=10"
# readProduct (read)
curl -sS --fail-with-body "http://127.0.0.1:8000/api/v1/products/$ID"
# replaceProduct (replace)
curl -sS --fail-with-body -X PUT "http://127.0.0.1:8000/api/v1/products/$ID" -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '{"name":"Night Train","price":"12.50","category":"book","description":"Arrived in good order and works as described.","inStock":true}'
# updateProduct (change)
curl -sS --fail-with-body -X PATCH "http://127.0.0.1:8000/api/v1/products/$ID" -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '{"name":"Night Train"}'
# deleteProduct (delete)
curl -sS --fail-with-body -X DELETE "http://127.0.0.1:8000/api/v1/products/$ID" -H "Authorization: Bearer $TOKEN"
# createSupplier (create)
curl -sS --fail-with-body -X POST "http://127.0.0.1:8000/api/v1/suppliers" -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '{"name":"Harbour Books Ltd","email":"ada.lovelace@example.com","website":"https://example.com/night-train","phone":"+44 20 7946 0123"}'
# listSuppliers (list)
curl -sS --fail-with-body "http://127.0.0.1:8000/api/v1/suppliers?limit=10"
# readSupplier (read)
curl -sS --fail-with-body "http://127.0.0.1:8000/api/v1/suppliers/$ID"
# replaceSupplier (replace)
curl -sS --fail-with-body -X PUT "http://127.0.0.1:8000/api/v1/suppliers/$ID" -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '{"name":"Harbour Books Ltd","email":"ada.lovelace@example.com","website":"https://example.com/night-train","phone":"+44 20 7946 0123"}'
# updateSupplier (change)
curl -sS --fail-with-body -X PATCH "http://127.0.0.1:8000/api/v1/suppliers/$ID" -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '{"name":"Harbour Books Ltd"}'
# deleteSupplier (delete)
curl -sS --fail-with-body -X DELETE "http://127.0.0.1:8000/api/v1/suppliers/$ID" -H "Authorization: Bearer $TOKEN"
# createTag (create)
curl -sS --fail-with-body -X POST "http://127.0.0.1:8000/api/v1/tags" -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '{"name":"bestseller"}'
# listTags (list)
curl -sS --fail-with-body "http://127.0.0.1:8000/api/v1/tags?limit=10"
# readTag (read)
curl -sS --fail-with-body "http://127.0.0.1:8000/api/v1/tags/$ID"
# replaceTag (replace)
curl -sS --fail-with-body -X PUT "http://127.0.0.1:8000/api/v1/tags/$ID" -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '{"name":"bestseller"}'
# updateTag (change)
curl -sS --fail-with-body -X PATCH "http://127.0.0.1:8000/api/v1/tags/$ID" -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '{"name":"bestseller"}'
# deleteTag (delete)
curl -sS --fail-with-body -X DELETE "http://127.0.0.1:8000/api/v1/tags/$ID" -H "Authorization: Bearer $TOKEN"
